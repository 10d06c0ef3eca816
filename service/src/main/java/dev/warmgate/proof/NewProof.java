package dev.warmgate.proof;

import java.util.UUID;

/**
 * A proof that is about to be asked for, as {@link ProofDao#ASKED} binds it.
 *
 * @param id also answered to the client as {@code request_id}
 * @param linkHash what is stored of the link's secret
 * @param codeMac what is stored of the code
 * @param asker the name under which the back-off counts: the address, the account or the admins
 * @param limited whether the back-off applies
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
    boolean limited) {
  @Override
  public String toString() {
    return "NewProof[" + id + "]";
  }
}
