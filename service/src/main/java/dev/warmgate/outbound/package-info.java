/**
 * How Warmgate calls somebody else's URL: which ones it may, and a client that can reach no others.
 * Whoever takes such a URL asks {@code OutboundUrlPolicy} at input; whoever calls it uses {@code
 * OutboundClient}, which asks again, about the address too.
 */
package dev.warmgate.outbound;
