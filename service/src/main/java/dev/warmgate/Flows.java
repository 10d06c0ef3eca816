package dev.warmgate;

import dev.warmgate.account.AccountService;
import dev.warmgate.accountpage.MailFlows;
import dev.warmgate.addresschange.AddressChangeDao;
import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.addresschange.AddressUndoDao;
import dev.warmgate.audit.Audit;
import dev.warmgate.database.Database;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.mail.Mails;
import dev.warmgate.mail.Notices;
import dev.warmgate.maillogin.MailLoginDao;
import dev.warmgate.maillogin.MailLoginService;
import dev.warmgate.proof.Codes;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.proof.Proofs;
import dev.warmgate.proof.RedirectUrls;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.recovery.RecoveryDao;
import dev.warmgate.recovery.RecoveryService;
import dev.warmgate.registration.RegistrationDao;
import dev.warmgate.registration.RegistrationService;
import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.session.SessionService;
import java.util.concurrent.Executor;

/** The features that prove an address by mail. */
record Flows(
    RegistrationService registrations,
    RecoveryService recovery,
    AddressChangeService addresses,
    MailLoginService mailLogins,
    SupabaseRegistrations supabase,
    Proofs proofs) {

  MailFlows forPages() {
    return new MailFlows(proofs, registrations, recovery, addresses, mailLogins);
  }

  /**
   * @param afterAnswer runs work that no response waits for
   */
  static Flows of(
      WarmgateConfiguration configuration,
      Foundation foundation,
      Mails mails,
      Notices notices,
      RateLimits limits,
      AccountService accounts,
      SessionService sessions,
      Executor afterAnswer) {
    Database database = foundation.database();
    Audit audit = foundation.audit();
    RevocationFeed revocations = foundation.revocations();
    ProofDao proofDao = database.dao(ProofDao.class);
    Proofs proofs =
        new Proofs(
            proofDao,
            mails,
            new Codes(proofDao, mails.secrets(), limits, audit, foundation.telemetry()),
            limits,
            new RedirectUrls(configuration.proofs.redirectUrls(), configuration.mail.siteUrl()),
            audit,
            afterAnswer);
    RegistrationDao registrationDao = database.dao(RegistrationDao.class);
    RegistrationService registrations =
        new RegistrationService(
            configuration.registration,
            registrationDao,
            proofs,
            accounts,
            sessions,
            notices,
            revocations,
            audit);
    RecoveryService recovery =
        new RecoveryService(
            database.dao(RecoveryDao.class),
            proofs,
            accounts,
            sessions,
            notices,
            revocations,
            audit);
    AddressChangeService addresses =
        new AddressChangeService(
            database.dao(AddressChangeDao.class),
            database.dao(AddressUndoDao.class),
            proofs,
            accounts,
            sessions,
            notices,
            revocations,
            audit);
    MailLoginService mailLogins =
        new MailLoginService(
            configuration.proofs.emailLogin(),
            database.dao(MailLoginDao.class),
            proofs,
            sessions,
            notices,
            revocations,
            audit);
    SupabaseRegistrations supabase =
        new SupabaseRegistrations(
            configuration.registration, registrations, registrationDao, proofs, accounts, sessions);
    return new Flows(registrations, recovery, addresses, mailLogins, supabase, proofs);
  }
}
