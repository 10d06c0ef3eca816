package dev.warmgate.password.foreign;

/** Says why a hash is not taken over; its message does not repeat the hash. */
public final class UnsupportedHash extends Exception {
  private static final long serialVersionUID = 1L;

  UnsupportedHash(String why) {
    super(why);
  }
}
