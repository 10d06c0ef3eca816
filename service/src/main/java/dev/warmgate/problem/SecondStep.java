package dev.warmgate.problem;

import java.util.List;

/**
 * What the second step of a login needs, told only after a right first step. {@link #toString}
 * hides the token.
 *
 * @param mfaToken good for the second step of this login and nothing else
 * @param expiresIn seconds
 * @param factors the kinds that the account has
 */
public record SecondStep(String mfaToken, long expiresIn, List<String> factors) {
  public SecondStep {
    factors = List.copyOf(factors);
  }

  @Override
  public String toString() {
    return "SecondStep[…]";
  }
}
