package dev.warmgate.loadtest.production;

/** What happens to a server in a failover, as the table of outages names it. */
enum Fault {
  KILLED("killed"),
  /** It keeps its connections open and accepts others, but answers nothing. */
  FROZEN("frozen"),
  /** It goes on, but nothing that the service sends arrives. */
  CUT_OFF("cut off");

  private final String name;

  Fault(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
