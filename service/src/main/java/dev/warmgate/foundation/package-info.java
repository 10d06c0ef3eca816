/** What every feature stands on: PostgreSQL, Redis, revocations, the audit trail, the clock. */
package dev.warmgate.foundation;
