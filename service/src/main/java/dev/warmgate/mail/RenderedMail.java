package dev.warmgate.mail;

/** What a mail says. {@link #toString} hides it, since it may hold a link and a code. */
record RenderedMail(String language, String subject, String text, String html) {
  /** Every character that would end a line, or that a reader does not see. */
  private static final String LINE_BREAKS = "[\\p{Cntrl}\\u0085\\u2028\\u2029]+";

  RenderedMail {
    subject = subject.replaceAll(LINE_BREAKS, " ").strip();
  }

  @Override
  public String toString() {
    return "RenderedMail[…]";
  }
}
