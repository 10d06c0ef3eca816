/**
 * The audit trail. A statement that changes something also records its events: it ends in {@code
 * AuditDao.RECORDED} and runs through {@code Audit.record}. Refusals go through {@code
 * Audit.refused}. Webhooks are sent from the same rows.
 */
package dev.warmgate.audit;
