package dev.warmgate.mail;

/**
 * Tells the owners of accounts by mail what was changed. Each method returns the outbox for the
 * statement that makes the change; one that is switched off queues nothing.
 */
public final class Notices {
  private final boolean on;
  private final NoticesConfiguration configuration;

  /**
   * @param on whether this deployment sends mail
   */
  public Notices(boolean on, NoticesConfiguration configuration) {
    this.on = on;
    this.configuration = configuration;
  }

  public MailOutbox ofPasswordChange() {
    return MailOutbox.current(on && configuration.passwordChanged());
  }

  public MailOutbox ofAddressChange() {
    return MailOutbox.current(on && configuration.addressChanged());
  }

  public MailOutbox ofNewDevice() {
    return MailOutbox.current(on && configuration.newDevice());
  }

  public MailOutbox ofEndedSessions() {
    return MailOutbox.current(on && configuration.sessionsEnded());
  }

  public MailOutbox ofDeletion() {
    return MailOutbox.current(on && configuration.accountDeleted());
  }
}
