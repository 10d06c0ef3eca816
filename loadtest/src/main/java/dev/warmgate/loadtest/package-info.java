/**
 * The whole system on one machine: PostgreSQL, Redis and the service with its tracing agent, each a
 * process of its own. {@link dev.warmgate.loadtest.Stack} is what scripts, tests and the gate use;
 * everything else here serves it. Nothing of this is on the service's class path.
 */
package dev.warmgate.loadtest;
