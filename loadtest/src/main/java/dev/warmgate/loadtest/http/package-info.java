/** One HTTP client and one way to read and write JSON, for the load tools and their tests. */
package dev.warmgate.loadtest.http;
