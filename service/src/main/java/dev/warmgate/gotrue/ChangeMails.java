package dev.warmgate.gotrue;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.audit.Audit;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends the mails of a change of address again, for somebody who names the current address only.
 */
final class ChangeMails {
  private final UserDao users;
  private final AddressChangeService addresses;
  private final Proofs proofs;
  private final Audit audit;

  ChangeMails(UserDao users, AddressChangeService addresses, Proofs proofs, Audit audit) {
    this.users = users;
    this.addresses = addresses;
    this.proofs = proofs;
    this.audit = audit;
  }

  /**
   * Sends them if a change was asked for; the answer is the same if none was.
   *
   * @param redirectTo where their links are to lead to
   * @throws ApiException 409 if no mail is sent at all, 429 if this was asked for too recently
   */
  void resend(EmailAddress email, @Nullable String redirectTo) {
    proofs.requireMail();
    proofs.supabase().count(ProofKind.CHANGE_ADDRESS_CURRENT, email.key() + " resend");
    Optional<UserDao.Row> user = users.findByEmail(email.key(), null);
    String wanted = user.map(UserDao.Row::newEmail).orElse(null);
    if (wanted == null) {
      refused(user, "none_asked_for");
      return;
    }
    try {
      var _ =
          addresses.ask(
              user.get().id(),
              EmailAddress.parse(wanted),
              LinkTarget.supabase(redirectTo, null),
              false);
    } catch (ApiException refusal) {
      // The back-off of the account would tell that there is one.
      if (refusal.type() != ProblemType.RATE_LIMITED) {
        throw refusal;
      }
      refused(user, "too_soon");
    }
  }

  private void refused(Optional<UserDao.Row> user, String reason) {
    audit.refused(
        AuditEvent.ADDRESS_CHANGE_REFUSED,
        user.map(UserDao.Row::id).orElse(null),
        "reason",
        reason);
  }
}
