package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;

/**
 * Sends the mails of a change of address again, for somebody who names the current address only.
 */
final class ChangeMails {
  private final UserDao users;
  private final AddressChangeService addresses;
  private final Proofs proofs;

  ChangeMails(UserDao users, AddressChangeService addresses, Proofs proofs) {
    this.users = users;
    this.addresses = addresses;
    this.proofs = proofs;
  }

  /**
   * Sends them if a change was asked for; the answer is the same if none was.
   *
   * @throws ApiException 409 if no mail is sent at all, 429 if this was asked for too recently
   */
  void resend(EmailAddress email) {
    proofs.requireMail();
    proofs
        .supabase()
        .count(
            ProofKind.CHANGE_ADDRESS_CURRENT,
            email.key() + " resend",
            AuditEvent.ADDRESS_CHANGE_REQUESTED);
    users
        .findByEmail(email.key(), null)
        .filter(user -> user.newEmail() != null)
        .ifPresent(this::ask);
  }

  private void ask(UserDao.Row user) {
    try {
      addresses.ask(
          user.id(), EmailAddress.parse(user.newEmail()), LinkTarget.supabase(null, null));
    } catch (ApiException refused) {
      // The back-off of the account would tell that there is one.
      if (refused.type() != ProblemType.RATE_LIMITED) {
        throw refused;
      }
    }
  }
}
