/**
 * Shared by the tests of several packages: one launcher of the service, one PostgreSQL, one Redis
 * and one HTTP client. Code that only one feature needs lives with the tests of that feature.
 */
package dev.warmgate.testkit;
