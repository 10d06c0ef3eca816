package dev.warmgate.servicekey;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The service keys; only the SHA-256 of a key is stored. */
public interface ServiceKeyDao {
  /** A stored key; its scopes are separated by spaces, as in OAuth. */
  record Row(
      UUID id,
      String name,
      byte[] keyHash,
      String scopes,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {}

  @SqlQuery(
      """
      SELECT id, name, key_hash, array_to_string(scopes, ' ') AS scopes, created_at,
        expires_at, revoked_at
      FROM service_key
      ORDER BY created_at, id
      """)
  List<Row> all();

  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO service_key (id, name, key_hash, scopes, expires_at)
        VALUES (:id, :name, :keyHash, string_to_array(:scopes, ' '), :expiresAt)
        RETURNING id, name, scopes
      ), happened AS (
        SELECT 'service_key.created' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('key_id', id, 'name', name, 'scopes', to_jsonb(scopes)) AS details
        FROM created
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> insert(
      UUID id,
      String name,
      byte[] keyHash,
      String scopes,
      @Nullable Instant expiresAt,
      @BindMethods("origin") AuditContext origin);

  /** Returns no records if there is no such key or it is revoked already. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE service_key SET revoked_at = now()
        WHERE id = :id AND revoked_at IS NULL
        RETURNING id, name
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'service_key', id FROM ended
      ), happened AS (
        SELECT 'service_key.revoked' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('key_id', id, 'name', name) AS details
        FROM ended
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> revoke(UUID id, @BindMethods("origin") AuditContext origin);
}
