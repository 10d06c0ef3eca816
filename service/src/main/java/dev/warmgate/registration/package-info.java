/** Registration: who may have an account, and the confirmation of its address. */
package dev.warmgate.registration;
