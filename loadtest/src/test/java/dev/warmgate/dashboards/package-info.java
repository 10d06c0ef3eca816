/**
 * Checks of the boards and rules under {@code dashboards/}: the tests run in every build, and
 * {@link BoardsCheck} runs all queries against a real Prometheus that scrapes the real service
 * under a known load.
 */
package dev.warmgate.dashboards;
