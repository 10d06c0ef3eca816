package dev.warmgate.request;

/** Refuses a request while the service is overloaded, before any work is done for it. */
public interface Admission {
  /**
   * @throws dev.warmgate.problem.ApiException 503 if the service is overloaded
   */
  void refuseIfFull();
}
