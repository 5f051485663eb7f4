/** Which view of the network is open: for images, where units are thousands, it is the blocks unless chosen. */

import { hasImages } from '../../core/microscope';
import { type NetworkTab, viewStore } from '../../core/view';
import { useHasImages } from '../microscope/queries';
import { studio, useView } from '../studio';

export function useTab(): NetworkTab {
  const images = useHasImages();
  return useView((view) => (images ? view.imageTab : view.tab));
}

export function chooseTab(tab: NetworkTab): void {
  viewStore.setState(hasImages(studio.spec, studio.state.check) ? { imageTab: tab } : { tab });
}
