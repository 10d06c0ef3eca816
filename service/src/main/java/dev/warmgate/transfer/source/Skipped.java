package dev.warmgate.transfer.source;

/** Why a record is counted and not imported. */
public enum Skipped {
  OTHER_MODELS("of other models", true),
  SERVICE_ACCOUNTS("service accounts", true),
  ANONYMOUS("anonymous", true),
  DELETED("deleted at the source", true),
  PHONE_ONLY("phone only", false),
  WITHOUT_ADDRESS("without an address", false);

  private final String words;
  private final boolean expected;

  Skipped(String words, boolean expected) {
    this.words = words;
    this.expected = expected;
  }

  /** Whether such a record is no user who could miss their account here. */
  public boolean isExpected() {
    return expected;
  }

  @Override
  public String toString() {
    return words;
  }
}
