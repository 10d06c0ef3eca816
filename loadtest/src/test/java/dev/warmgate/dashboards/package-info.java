/**
 * The boards and rules under {@code dashboards/}, checked: by themselves in every build, and by
 * {@link BoardsCheck} against a real Prometheus that scrapes the real service under a load that is
 * known.
 */
package dev.warmgate.dashboards;
