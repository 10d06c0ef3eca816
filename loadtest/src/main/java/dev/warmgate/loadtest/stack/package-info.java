/**
 * The whole system on one machine: PostgreSQL, Redis and the service with its tracing agent, each
 * in its own process. Scripts, tests and the gate use {@link dev.warmgate.loadtest.stack.Stack};
 * everything else here supports it. Nothing here is on the service's class path.
 */
package dev.warmgate.loadtest.stack;
