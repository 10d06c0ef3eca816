package dev.warmgate.password.foreign;

/** Says why a hash is not taken over; its message does not repeat the hash. */
public final class UnsupportedHash extends Exception {
  private static final long serialVersionUID = 1L;

  UnsupportedHash(String why) {
    super(why);
  }

  /** Of a scheme, a version or a form that nothing here verifies. */
  public static UnsupportedHash ofNoKnownKind() {
    return new UnsupportedHash("its hash is of no known kind");
  }
}
