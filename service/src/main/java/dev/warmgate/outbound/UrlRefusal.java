package dev.warmgate.outbound;

/** The reasons why a URL is refused. */
public enum UrlRefusal {
  UNREADABLE("must be a URL such as https://hooks.example.com/in"),
  SCHEME("must begin with https://"),
  USER_INFO("must not contain a user name or password"),
  PORT("must use port 443"),
  HOST("must name a host such as hooks.example.com"),
  ADDRESS("must use a host name, not an IP address"),
  INTERNAL_NAME("must name a public host"),
  PRIVATE_ADDRESS("must name a host with public addresses only");

  private final String message;

  UrlRefusal(String message) {
    this.message = message;
  }

  /** Says what is wrong; reads as a sentence after the field's name. */
  public String message() {
    return message;
  }
}
