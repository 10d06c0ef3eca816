/**
 * What the tests of several packages share: one launcher of the service, one PostgreSQL and one
 * Redis, one HTTP client. What only one feature needs lives with that feature's tests.
 */
package dev.warmgate.testkit;
