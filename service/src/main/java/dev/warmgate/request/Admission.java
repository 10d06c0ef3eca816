package dev.warmgate.request;

/** Turns requests away that there is too much to do for, before anything is spent on them. */
public interface Admission {
  /**
   * @throws dev.warmgate.problem.ApiException 503 if there is too much to do
   */
  void refuseIfFull();
}
