/** Tests that see the built server from outside: its jar as a process, its API, a receiver. */
package dev.posthaste.system;
