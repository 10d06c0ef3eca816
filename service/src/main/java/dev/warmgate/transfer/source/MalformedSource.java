package dev.warmgate.transfer.source;

/** Says where and why a source cannot be read any further. */
public final class MalformedSource extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedSource(String why) {
    super(why);
  }
}
