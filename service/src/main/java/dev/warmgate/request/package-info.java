/**
 * What a request is, and what endpoints say about themselves: its context, who it comes from, the
 * annotations that filters obey. Everybody may use it; it knows none of the features, but for the
 * short interfaces by which they serve the filters.
 */
package dev.warmgate.request;
