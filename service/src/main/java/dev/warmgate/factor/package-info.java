/**
 * Second factors: one-time codes of an app (TOTP) and recovery codes; what enrols and removes them,
 * and the second step of a login.
 */
package dev.warmgate.factor;
