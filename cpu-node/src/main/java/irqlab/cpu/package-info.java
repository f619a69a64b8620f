/** The processor's side: local APIC, core and the system software that runs on it. */
package irqlab.cpu;
