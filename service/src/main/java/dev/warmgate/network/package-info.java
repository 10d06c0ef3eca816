/** Networks and which of them are public; knows nothing of the rest of Warmgate. */
package dev.warmgate.network;
