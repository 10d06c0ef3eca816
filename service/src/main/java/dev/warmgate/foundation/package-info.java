/** What every feature depends on: PostgreSQL, Redis, revocations, the audit trail, the clock. */
package dev.warmgate.foundation;
