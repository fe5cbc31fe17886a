/** Inputs for {@code make fuzz}, and what holds rules against them; the rules stand beside what they are about. */
package dev.posthaste.fuzz;
