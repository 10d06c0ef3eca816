/** Reads accounts from the exports of other services. Nothing here checks or stores them. */
package dev.warmgate.transfer.source;
