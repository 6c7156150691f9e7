/** A place on earth, in degrees. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

const earthRadiusMiles = 3958.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** The shortest way over a round earth, in statute miles, by the haversine formula. At most 0.5 % off. */
export function greatCircleMiles(from: Place, to: Place): number {
  const [fromLatitude, toLatitude] = [radians(from.latitude), radians(to.latitude)]
  const halfChord =
    Math.sin((toLatitude - fromLatitude) / 2) ** 2 +
    Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return 2 * earthRadiusMiles * Math.asin(Math.sqrt(halfChord))
}
