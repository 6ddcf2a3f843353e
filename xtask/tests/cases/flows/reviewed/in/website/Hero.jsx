export const Hero = () => <b>v1.2.5</b>;
