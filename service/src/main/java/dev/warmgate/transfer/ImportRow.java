package dev.warmgate.transfer;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.secret.Crypto;
import dev.warmgate.transfer.source.SourceAccount;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A checked row of an import.
 *
 * @param number of the record in the source
 * @param email {@code null} if the row only brings the password of an account
 * @param confirmed whether the address is proven; {@code confirmedAt} may be missing then
 * @param passwordDigest tells whether the source's hash has changed
 * @param identities a JSON array, or {@code null} for none
 * @param factors second factors, encrypted
 */
record ImportRow(
    SourceAccount.Place place,
    long number,
    UUID id,
    String source,
    @Nullable String sourceId,
    @Nullable EmailAddress email,
    boolean confirmed,
    @Nullable Instant confirmedAt,
    boolean tellsPassword,
    @Nullable String passwordHash,
    byte[] passwordDigest,
    String role,
    @Nullable String locale,
    @Nullable Instant createdAt,
    boolean disabled,
    @Nullable Instant disabledAt,
    String userMetadata,
    String appMetadata,
    @Nullable String identities,
    FactorIntake.Taken factors) {
  /** The columns in the order in which {@link #copy} writes them. */
  static final String COLUMNS =
      "ordinal, id, source, source_id, email, email_key, confirmed, confirmed_at, tells_password,"
          + " password_hash, password_digest, digest, role, locale, created_at, disabled,"
          + " disabled_at, user_metadata, app_metadata, identities, factors";

  /** Whether the row only brings the password of an account. */
  boolean isPassword() {
    return email == null;
  }

  /** Returns about how many characters it takes. */
  long chars() {
    return (long) userMetadata.length()
        + appMetadata.length()
        + (identities == null ? 0 : identities.length())
        + (factors.rows() == null ? 0 : factors.rows().length());
  }

  /** Appends the row in PostgreSQL's text format of COPY. */
  void copy(StringBuilder out, int ordinal) {
    out.append(ordinal).append('\t').append(id);
    CopyText.column(out, source);
    CopyText.column(out, sourceId);
    CopyText.column(out, email == null ? null : email.text());
    CopyText.column(out, email == null ? null : email.key());
    CopyText.column(out, confirmed);
    CopyText.column(out, confirmedAt);
    CopyText.column(out, tellsPassword);
    CopyText.column(out, passwordHash);
    CopyText.column(out, passwordDigest);
    CopyText.column(out, digest());
    CopyText.column(out, role);
    CopyText.column(out, locale);
    CopyText.column(out, createdAt);
    CopyText.column(out, disabled);
    CopyText.column(out, disabledAt);
    CopyText.column(out, userMetadata);
    CopyText.column(out, appMetadata);
    CopyText.column(out, identities);
    CopyText.column(out, factors.rows());
    out.append('\n');
  }

  /** As {@link #copy}, of what tells whose row it is; the address itself does not matter. */
  void copyId(StringBuilder out, int ordinal) {
    out.append(ordinal).append('\t').append(id);
    CopyText.column(out, isPassword() ? null : "");
    out.append('\n');
  }

  /** Of everything but the password, whose changes are told apart. */
  private byte[] digest() {
    StringBuilder all = new StringBuilder(512);
    for (Object part :
        new Object[] {
          source,
          sourceId,
          email == null ? null : email.text(),
          confirmed,
          confirmedAt,
          role,
          locale,
          createdAt,
          disabled,
          disabledAt,
          userMetadata,
          appMetadata,
          identities
        }) {
      CopyText.column(all, part);
    }
    if (factors.digest() != null) {
      CopyText.column(all, factors.digest());
    }
    return Crypto.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "ImportRow[" + id + "]";
  }
}
