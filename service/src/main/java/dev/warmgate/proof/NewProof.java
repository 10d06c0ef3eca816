package dev.warmgate.proof;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A proof that is about to be asked for, as {@link ProofDao#ASKED} binds it.
 *
 * @param id also answered to the client as {@code request_id}
 * @param linkHash what is stored of the link's secret
 * @param codeMac what is stored of the code
 * @param asker the name under which the back-off counts: the address, the account or the admins
 * @param limited whether the back-off applies
 * @param codeChallenge see {@link LinkTarget}
 */
public record NewProof(
    UUID id,
    String kind,
    String asker,
    String keyId,
    byte[] linkHash,
    byte[] codeMac,
    long codeSeconds,
    long seconds,
    boolean limited,
    boolean supabase,
    @Nullable String codeChallenge) {
  /** Returns one that has run out when it is stored; it only counts for the back-off. */
  public NewProof runOut() {
    return new NewProof(
        id, kind, asker, keyId, linkHash, codeMac, 0, 0, limited, supabase, codeChallenge);
  }

  /** Returns one that the operator hands over: without a back-off, and always with a code. */
  public NewProof handedOver() {
    return new NewProof(
        id,
        kind,
        asker,
        keyId,
        linkHash,
        codeMac,
        ProofKind.CODE_LIFETIME.toSeconds(),
        seconds,
        false,
        supabase,
        codeChallenge);
  }

  @Override
  public String toString() {
    return "NewProof[" + id + "]";
  }
}
