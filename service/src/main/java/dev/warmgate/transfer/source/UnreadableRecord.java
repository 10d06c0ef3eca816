package dev.warmgate.transfer.source;

/** Says why one record cannot be read; its message repeats nothing of the record. */
final class UnreadableRecord extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableRecord(String why) {
    super(why);
  }

  UnreadableRecord(String why, Exception cause) {
    super(why, cause);
  }
}
