package dev.warmgate.accountpage;

import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.maillogin.MailLoginService;
import dev.warmgate.proof.Proofs;
import dev.warmgate.recovery.RecoveryService;
import dev.warmgate.registration.RegistrationService;

/** What links and codes of mails are for. */
public record MailFlows(
    Proofs proofs,
    RegistrationService registrations,
    RecoveryService recovery,
    AddressChangeService addresses,
    MailLoginService mailLogins) {}
