package dev.warmgate.mail;

/**
 * Tells the owners of accounts by mail what was changed. Each method returns the outbox for the
 * statement that makes the change; one that is switched off queues nothing. Addresses that nobody
 * has proven are told of a change of address only.
 */
public final class Notices {
  private final boolean on;
  private final boolean limited;
  private final NoticesConfiguration configuration;

  /**
   * @param on whether this deployment sends mail
   * @param limited whether notices have a back-off
   */
  public Notices(boolean on, boolean limited, NoticesConfiguration configuration) {
    this.on = on;
    this.limited = limited;
    this.configuration = configuration;
  }

  public MailOutbox ofPasswordChange() {
    return outbox(configuration.passwordChanged());
  }

  public MailOutbox ofAddressChange() {
    return outbox(configuration.addressChanged());
  }

  public MailOutbox ofNewDevice() {
    return outbox(configuration.newDevice());
  }

  public MailOutbox ofEndedSessions() {
    return outbox(configuration.sessionsEnded());
  }

  public MailOutbox ofDeletion() {
    return outbox(configuration.accountDeleted());
  }

  /**
   * Returns the outbox for changes of second factors, for recovery codes, and for wrong factors.
   */
  public MailOutbox ofFactors() {
    return outbox(configuration.factors());
  }

  /** Returns the outbox for a statement that may send several kinds, which it checks itself. */
  public MailOutbox ofAnyKind() {
    return outbox(true);
  }

  private MailOutbox outbox(boolean wanted) {
    return MailOutbox.current(on && wanted, limited);
  }
}
