package dev.warmgate.proof;

import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailSecrets;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Proofs for the Supabase form of the API: its clients have no ids of requests, and its operators
 * hand links over in place of mails.
 */
public final class SupabaseProofs {
  private final Proofs proofs;
  private final ProofDao dao;
  private final MailSecrets secrets;

  SupabaseProofs(Proofs proofs, ProofDao dao, MailSecrets secrets) {
    this.proofs = proofs;
    this.dao = dao;
    this.secrets = secrets;
  }

  /** Returns the secrets of a mail that is not sent, for the operator to hand them over. */
  public MailSecrets secrets() {
    return secrets;
  }

  /**
   * Returns the proof of the newest mail to an address, of one of two kinds, if the code is right:
   * for a client that has no request id. As everywhere, wrong codes are counted against the
   * address.
   *
   * @throws ApiException as {@link Proofs#check}
   */
  public Proof checkNewest(String emailKey, String code, ProofKind kind, ProofKind orKind) {
    UUID request =
        dao.newest(emailKey, kind.toString(), orKind.toString())
            .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
    return proofs.check(new Evidence(null, request, code), true, kind, orKind);
  }

  /**
   * Returns the proof of a link of this form; it can still be used.
   *
   * @throws ApiException 403 if the secret is wrong, was used or has run out
   */
  public Proof checkLink(String secret, ProofKind... kinds) {
    return proofs.check(Evidence.ofLink(secret), true, kinds);
  }

  /** Returns the newest mail to an address that can still be used; says nothing of link or code. */
  public Optional<Proof> newest(String emailKey, ProofKind kind) {
    return dao.newest(emailKey, kind.toString(), kind.toString()).flatMap(dao::find);
  }

  /** Returns the proof of a request that can still be used; says nothing of link or code. */
  public Optional<Proof> find(UUID requestId) {
    return dao.find(requestId);
  }

  /**
   * Counts a request for the back-off, whether or not it leads to a mail.
   *
   * @throws ApiException 429 during the back-off
   */
  public void count(ProofKind kind, String asker) {
    NewProof proof = proofs.create(kind, asker);
    if (!dao.count(proof)) {
      throw proofs.tooSoon(proof);
    }
  }

  /**
   * Uses a proof that opens nothing by itself.
   *
   * @throws ApiException 403 if it is not good any more
   */
  public void use(Proof proof) {
    if (!dao.use(proof.id())) {
      throw new ApiException(ProblemType.INVALID_PROOF);
    }
  }

  /**
   * Prepares a proof by the owner of an account that the operator hands over in place of a mail.
   *
   * @param emailKey of an account
   */
  public NewProof prepareForOwner(
      ProofKind kind, AuditEvent event, String emailKey, String email, LinkTarget target) {
    NewProof proof = proofs.create(kind, emailKey, target).handedOver();
    List<AuditRecord> _ =
        proofs.ask(
            proof,
            origin ->
                dao.askOwner(
                    emailKey,
                    email,
                    event.toString(),
                    target.redirectTo(),
                    true,
                    proof,
                    proofs.outbox().off(),
                    origin));
    return proof;
  }
}
