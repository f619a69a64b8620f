/** Breaches of the rules for components, planted so that {@code PuritySpec} proves it sees them. */
package irqlab.planted;
