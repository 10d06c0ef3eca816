package dev.warmgate.proof;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailBackOff;
import dev.warmgate.mail.MailOutbox;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Asks for proofs and reads those that are presented. */
public interface ProofDao {
  /**
   * A fragment that begins a statement which asks for a proof with {@code @BindMethods("proof")
   * NewProof}. Its one row {@code asked} is missing during the back-off of the name that asks, see
   * {@link MailBackOff}.
   */
  String ASKED =
      """
      WITH asked AS (
        INSERT INTO proof_request AS known (email_key, kind, times, asked_at)
        VALUES (:proof.asker, :proof.kind, 1, now())
      """
          + MailBackOff.COUNTED
          + "WHERE NOT :proof.limited OR "
          + MailBackOff.OVER
          + """
            RETURNING email_key
          )
          """;

  /** The columns of {@code proof} whose values are {@link #VALUES}. */
  String COLUMNS =
      " id, kind, link_hash, key_id, code_mac, code_expires_at, expires_at, supabase, code_challenge ";

  String VALUES =
      """
        :proof.id, :proof.kind, :proof.linkHash, :proof.keyId, :proof.codeMac,
        now() + :proof.codeSeconds * INTERVAL '1 s', now() + :proof.seconds * INTERVAL '1 s',
        :proof.supabase, CAST(:proof.codeChallenge AS text)
      """;

  /**
   * A fragment that begins a statement which uses the proof {@code :proofId}. It locks all unused
   * proofs of the kind and the address {@code :emailKey} in one order and uses all of them up; its
   * one row {@code given} is missing if the proof was used before or has run out.
   */
  String GIVEN =
      """
      WITH unused AS MATERIALIZED (
        SELECT id, kind, address, email_key, account_id, locale, expires_at, user_metadata,
          new_account_id
        FROM proof
        WHERE email_key = :emailKey AND kind = :kind AND used_at IS NULL
        ORDER BY id
        FOR UPDATE
      ), given AS (
        SELECT * FROM unused WHERE id = :proofId AND expires_at > now()
      ), used AS (
        UPDATE proof SET used_at = now()
        FROM unused
        WHERE proof.id = unused.id AND EXISTS (SELECT FROM given)
      )
      """;

  /** A fragment that reads a {@link Proof}, in the language of its account if there is one. */
  String FOUND =
      """
      SELECT proof.id, kind, address, proof.email_key, account_id, proof.password_hash,
        COALESCE(account.locale, proof.locale) AS locale, redirect_to, new_email, other_half,
        account.email AS account_email, supabase, code_challenge,
        CAST(proof.user_metadata AS text) AS user_metadata, new_account_id
      FROM proof LEFT JOIN account ON account.id = proof.account_id
      """;

  /** A proof whose code may still be tried. */
  record Coded(
      UUID id,
      String kind,
      String emailKey,
      @Nullable UUID accountId,
      String keyId,
      boolean supabase) {}

  /**
   * Asks for a proof by the owner of an account. For an unknown address the same rows are written
   * and no mail is sent.
   *
   * @param email as it was given
   * @param toUnproven whether a mail may go to an address that was never proven
   */
  @SqlQuery(
      ASKED
          + """
          , owner AS (
            SELECT id, email, locale, email_confirmed_at IS NULL AS unproven
            FROM account
            WHERE email_key = :emailKey AND disabled_at IS NULL
          ), made AS (
            INSERT INTO proof (
          """
          + COLUMNS
          + """
              , address, email_key, account_id, redirect_to)
            SELECT
          """
          + VALUES
          + """
              , COALESCE(owner.email, :email), :emailKey, owner.id, CAST(:redirectTo AS text)
            FROM asked LEFT JOIN owner ON true
            RETURNING id
          ), mails AS (
            SELECT :proof.kind AS kind, owner.id AS account_id, COALESCE(owner.email, '') AS address,
              owner.locale,
              jsonb_strip_nulls(jsonb_build_object('redirect_to', CAST(:redirectTo AS text)))
                AS parameters,
              made.id AS request_id, :proof.keyId AS key_id,
              CASE WHEN owner.id IS NOT NULL AND (:toUnproven OR NOT owner.unproven)
                THEN :proof.seconds * INTERVAL '1 s' END AS lifetime
            FROM made LEFT JOIN owner ON true
          )
          """
          + MailOutbox.QUEUED
          + """
          , happened AS (
            SELECT CAST(:event AS text) AS event, account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_strip_nulls(jsonb_build_object('unproven', NULLIF(unproven, false))) AS details
            FROM made LEFT JOIN (SELECT id AS account_id, unproven FROM owner) AS owner ON true
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> askOwner(
      String emailKey,
      String email,
      String event,
      @Nullable String redirectTo,
      boolean toUnproven,
      @BindMethods("proof") NewProof proof,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /** Only counts for the back-off; returns false during it. */
  @SqlQuery(ASKED + "SELECT EXISTS (SELECT FROM asked)")
  boolean count(@BindMethods("proof") NewProof proof);

  /** Returns the seconds until the next mail of the kind may be asked for. */
  @SqlQuery(
      """
      SELECT EXTRACT(EPOCH FROM asked_at - now() +
      """
          + MailBackOff.PAUSE
          + """
          )
          FROM proof_request AS known
          WHERE email_key = :asker AND kind = :kind AND asked_at <= clock_timestamp()
          """)
  Optional<Double> pauseSeconds(String asker, String kind);

  @SqlQuery(
      FOUND
          + """
          WHERE link_hash = :linkHash AND used_at IS NULL AND proof.expires_at > now()
          """)
  Optional<Proof> findByLink(byte[] linkHash);

  /** Also used for a code that has just turned out to be right. */
  @SqlQuery(
      FOUND
          + """
          WHERE proof.id = :id AND used_at IS NULL AND proof.expires_at > now()
          """)
  Optional<Proof> find(UUID id);

  /**
   * Returns the newest unused proof of an address, of one of two kinds, that was asked for in the
   * Supabase form, whose clients have no id of it.
   */
  @SqlQuery(
      """
      SELECT id
      FROM proof
      WHERE email_key = :emailKey AND kind IN (:kind, :orKind) AND supabase AND used_at IS NULL
        AND expires_at > now() AND created_at <= clock_timestamp()
      ORDER BY created_at DESC
      LIMIT 1
      """)
  Optional<UUID> newest(String emailKey, String kind, String orKind);

  /**
   * Of the proofs of an address and a kind, only the code of the newest can be tried. One from
   * after now, which a wrong clock has left, counts as old, and one that never was good not at all.
   */
  @SqlQuery(
      """
      SELECT id, kind, email_key, account_id, key_id, supabase
      FROM proof
      WHERE id = :id AND used_at IS NULL AND code_expires_at > now() AND code_failures < :most
        AND created_at <= clock_timestamp()
        AND NOT EXISTS (
          SELECT FROM proof AS newer
          WHERE newer.email_key = proof.email_key AND newer.kind = proof.kind
            AND newer.created_at > proof.created_at AND newer.created_at <= clock_timestamp()
            AND newer.expires_at > newer.created_at)
      """)
  Optional<Coded> findCoded(UUID id, int most);

  /**
   * Compares a code and counts it if it is wrong; of concurrent calls, no more are answered than
   * wrong codes are left.
   *
   * @return whether it is right; empty if no more can be tried
   */
  @SqlQuery(
      """
      UPDATE proof
      SET code_failures = code_failures + CASE WHEN code_mac = :mac THEN 0 ELSE 1 END
      WHERE id = :id AND used_at IS NULL AND code_expires_at > now() AND code_failures < :most
      RETURNING code_mac = :mac
      """)
  Optional<Boolean> tryCode(UUID id, byte[] mac, int most);

  /** Uses a proof that nothing else uses; returns whether it was good. */
  @SqlUpdate(
      "UPDATE proof SET used_at = now() WHERE id = :id AND used_at IS NULL AND expires_at > now()")
  boolean use(UUID id);

  /** Deletes proofs that have run out, used or not; returns how many. */
  @SqlUpdate(
      """
      DELETE FROM proof
      WHERE id IN (
        SELECT id FROM proof WHERE expires_at < now() LIMIT :limit FOR UPDATE SKIP LOCKED)
      """)
  int purge(int limit);

  /** Deletes back-offs that have worn off, and those that a wrong clock has dated after now. */
  @SqlUpdate(
      """
      DELETE FROM proof_request
      WHERE (email_key, kind) IN (
        SELECT email_key, kind FROM proof_request
        WHERE asked_at < now() - INTERVAL '1 day' OR asked_at > now() + INTERVAL '1 hour'
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purgeRequests(int limit);
}
