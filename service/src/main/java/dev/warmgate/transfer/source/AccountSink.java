package dev.warmgate.transfer.source;

/** Takes what a reader finds, in the order of the source. Each call is about one record. */
public interface AccountSink {
  void account(SourceAccount account);

  /** A password that belongs to an account of the same import. */
  void password(SourceAccount password);

  /** A record that is counted and left out. */
  void skipped(Skipped kind);

  /** A record that cannot be read. */
  void refused(SourceAccount.Place place, String why);
}
