/**
 * The audit trail. Whoever changes something writes its events in the same statement, ended by
 * {@code AuditDao.RECORDED} and run by {@code Audit.record}; refusals go through {@code
 * Audit.refused}. Webhooks are told from the same rows.
 */
package dev.warmgate.audit;
