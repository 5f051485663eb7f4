/** Which view of the network is open; for images it is remembered apart from that for other data. */

import { hasImages } from '../../core/microscope';
import { type NetworkTab, viewStore } from '../../core/view';
import { hasHealth } from '../health/places';
import { useHasImages } from '../microscope/queries';
import { studio, useView } from '../studio';

export function useTab(): NetworkTab {
  const images = useHasImages();
  const tab = useView((view) => (images ? view.imageTab : view.tab));
  return tab === 'health' && !hasHealth() ? 'neurons' : tab;
}

export function chooseTab(tab: NetworkTab): void {
  viewStore.setState(hasImages(studio.spec, studio.state.check) ? { imageTab: tab } : { tab });
}
