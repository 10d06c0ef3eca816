package dev.warmgate.mail;

/** A template cannot be rendered, which says nothing of the mail; the message has file and line. */
final class UnusableTemplate extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnusableTemplate(IllegalArgumentException mistake) {
    super(mistake.getMessage(), mistake);
  }
}
