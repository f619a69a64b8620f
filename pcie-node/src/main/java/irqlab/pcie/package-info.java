/** The PCI Express side: root complex, host memory, endpoints. */
package irqlab.pcie;
