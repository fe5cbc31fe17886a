/**
 * Tests that see the dashboard as people do: a real Chromium, driven by Selenium, in front of a real server. Where the
 * browser is missing they are skipped, unless {@code POSTHASTE_BROWSER=required}.
 */
package dev.posthaste.browser;
