package dev.warmgate.proof;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A proof that was presented and is good; it is used up by the statement of the feature it is for.
 *
 * @param address the address that is proven
 * @param accountId {@code null} if there was no account when it was asked for
 * @param passwordHash of a registration
 * @param accountEmail the present address of the account
 * @param supabase see {@link LinkTarget}, as for the next one
 * @param userMetadata what a registration has set, a JSON object
 * @param newAccountId the id that the account of a registration gets
 * @param locale the language of the account, or of the registration; a BCP 47 tag
 */
public record Proof(
    UUID id,
    String kind,
    String address,
    String emailKey,
    @Nullable UUID accountId,
    @Nullable String passwordHash,
    @Nullable String locale,
    @Nullable String redirectTo,
    @Nullable String newEmail,
    @Nullable UUID otherHalf,
    @Nullable String accountEmail,
    boolean supabase,
    @Nullable String codeChallenge,
    @Nullable String userMetadata,
    @Nullable UUID newAccountId) {
  /** Returns where its link leads to, for a mail that takes its place. */
  public LinkTarget target() {
    return new LinkTarget(redirectTo, supabase, codeChallenge);
  }

  boolean isOf(ProofKind... kinds) {
    for (ProofKind one : kinds) {
      if (one.toString().equals(kind)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "Proof[" + id + "]";
  }
}
