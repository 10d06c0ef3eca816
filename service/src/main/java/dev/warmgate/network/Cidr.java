package dev.warmgate.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.InetAddress;

/** A network in CIDR notation, such as {@code 10.0.0.0/8}. */
public record Cidr(InetAddress network, int prefix) {
  /**
   * @throws IllegalArgumentException if the text is not a network; host names are not looked up
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Cidr parse(String text) {
    String[] parts = text.strip().split("/", -1);
    try {
      // Not as the JDK does, which takes 10 for 0.0.0.10.
      InetAddress network =
          IpAddress.parse(parts[0])
              .orElseThrow(() -> new IllegalArgumentException("not an address"));
      int bits = network.getAddress().length * 8;
      int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      if (parts.length > 2 || prefix < 0 || prefix > bits) {
        throw new IllegalArgumentException("prefix out of range");
      }
      return new Cidr(network, prefix);
    } catch (IllegalArgumentException notANetwork) {
      throw new IllegalArgumentException("must look like 10.0.0.0/8 or fd00::/8", notANetwork);
    }
  }

  public boolean contains(InetAddress address) {
    byte[] own = network.getAddress();
    byte[] other = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((own[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
