package dev.warmgate.transfer;

import org.jspecify.annotations.Nullable;

/** What became of a record that was read well. {@link MergeDao} returns their names. */
enum ImportOutcome {
  CREATED("created", null),
  CHANGED("changed", null),
  UNCHANGED("unchanged", null),
  DELETED_HERE("deleted here", null),
  PASSWORD_CHANGED_HERE("password changed here", null),
  REPEATED(ImportReport.REFUSED, "has the id of an earlier record"),
  UNKNOWN(ImportReport.REFUSED, "is a password of an account that was not imported"),
  ID_TAKEN(ImportReport.REFUSED, "has the id of an account that was made here"),
  ADMIN_HERE(ImportReport.REFUSED, "is an admin here, so nothing but its metadata was taken over"),
  ADDRESS_TAKEN(ImportReport.REFUSED, "has the address of another account"),
  ADDRESS_UNPROVEN(
      ImportReport.REFUSED,
      "has the address of an account here that never proved it, but is in use or was imported"),
  NEW_ADDRESS_TAKEN(
      ImportReport.REFUSED,
      "has a new address, which is another account's; everything else was taken over");

  private final String count;
  private final @Nullable String problem;

  ImportOutcome(String count, @Nullable String problem) {
    this.count = count;
    this.problem = problem;
  }

  /** Returns the count of the report to which it belongs. */
  String count() {
    return count;
  }

  /** Returns what the operator must know; {@code null} if nothing was left out. */
  @Nullable String problem() {
    return problem;
  }

  /** Whether another account has the address, which may change in the course of the import. */
  boolean isContested() {
    return this == ADDRESS_TAKEN || this == ADDRESS_UNPROVEN || this == NEW_ADDRESS_TAKEN;
  }
}
