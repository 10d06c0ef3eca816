/**
 * Calls to URLs that users chose: the policy that decides which may be called, and a client that
 * can reach no others. Code that accepts such a URL checks it with {@code OutboundUrlPolicy}; code
 * that calls it uses {@code OutboundClient}, which checks it again, including its addresses.
 */
package dev.warmgate.outbound;
