package dev.warmgate.webhook;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The webhooks' encrypted secrets: the current one, and the previous one while it is valid. */
public interface WebhookSecretDao {
  /** An encrypted secret. */
  record Sealed(UUID id, byte[] encryptedSecret, String encryptionKeyId) {}

  /**
   * Replaces the secret and keeps the current one as the previous one for a while. Returns no
   * records if there is no such webhook, or a previous secret is still valid.
   *
   * @param replace ends the current secret at once instead, and keeps the previous one as it is
   */
  @SqlQuery(
      """
      WITH rotated AS (
        UPDATE webhook
        SET previous_secret = CASE WHEN :replace THEN previous_secret ELSE encrypted_secret END,
          previous_key_id = CASE WHEN :replace THEN previous_key_id ELSE encryption_key_id END,
          previous_until =
            CASE WHEN :replace THEN previous_until ELSE now() + :seconds * INTERVAL '1 s' END,
          encrypted_secret = :sealed.encryptedSecret, encryption_key_id = :sealed.encryptionKeyId
        WHERE id = :sealed.id AND deleted_at IS NULL
          AND (:replace OR previous_until IS NULL OR previous_until <= now())
        RETURNING id
      ), happened AS (
        SELECT 'webhook.secret_rotated' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('webhook_id', id) AS details
        FROM rotated
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> rotateSecret(
      @BindMethods("sealed") Sealed sealed,
      long seconds,
      boolean replace,
      @BindMethods("origin") AuditContext origin);

  /**
   * Secrets to encrypt again; {@link #reencrypt} leaves one alone that has been rotated meanwhile.
   */
  @SqlQuery(
      """
      SELECT id, encrypted_secret, encryption_key_id
      FROM webhook
      WHERE encryption_key_id <> :newestKeyId AND deleted_at IS NULL
      """)
  List<Sealed> sealedWithOlderThan(String newestKeyId);

  @SqlUpdate(
      """
      UPDATE webhook
      SET encrypted_secret = :encryptedSecret, encryption_key_id = :encryptionKeyId
      WHERE id = :id AND encrypted_secret = :old
      """)
  int reencrypt(@BindMethods Sealed sealed, byte[] old);

  @SqlQuery(
      """
      SELECT id, previous_secret AS encrypted_secret, previous_key_id AS encryption_key_id
      FROM webhook
      WHERE previous_key_id <> :newestKeyId AND previous_until > now() AND deleted_at IS NULL
      """)
  List<Sealed> previousSealedWithOlderThan(String newestKeyId);

  @SqlUpdate(
      """
      UPDATE webhook
      SET previous_secret = :encryptedSecret, previous_key_id = :encryptionKeyId
      WHERE id = :id AND previous_secret = :old
      """)
  int reencryptPrevious(@BindMethods Sealed sealed, byte[] old);

  /** Erases previous secrets that are no longer valid. */
  @SqlUpdate(
      """
      UPDATE webhook
      SET previous_secret = NULL, previous_key_id = NULL, previous_until = NULL
      WHERE previous_until <= now()
      """)
  int eraseInvalid();
}
